#!/usr/bin/env node
// Stands outside of dist, so that npm can link it before anything is built.
import "../dist/plant.js";
