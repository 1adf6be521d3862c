import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { geoEqualEarth, geoPath } from "d3-geo";
import { build } from "esbuild";
import { feature } from "topojson-client";
import world from "world-atlas/land-110m.json";

const worldWidth = 1200;

/** What world-atlas has: one MultiPolygon of rings of longitude and latitude. */
interface LandFeatures {
  readonly features: readonly { readonly geometry: { readonly coordinates: number[][][][] } }[];
}

/** The land of the world, without the Antarctic, as one path on an Equal Earth map of `width`. */
export function landFile(): string {
  const land = feature(world as unknown as Parameters<typeof feature>[0], "land") as unknown as LandFeatures;
  const projection = geoEqualEarth().fitWidth(worldWidth, { type: "Sphere" });
  const [x0, y0] = projection.translate();
  const polygons = land.features.flatMap(({ geometry }) => geometry.coordinates);
  const inhabited = polygons.filter(([outline = []]) => outline.some(([, latitude = -90]) => latitude > -60));
  const outline = geoPath(projection).digits(0)({ type: "MultiPolygon", coordinates: inhabited }) ?? "";
  return asJson({ width: worldWidth, scale: projection.scale(), x0, y0, path: withRelativeSteps(outline) });
}

/** Steps instead of positions, which have fewer digits; rings that have shrunk to less than a triangle are left out. */
function withRelativeSteps(path: string): string {
  return path
    .split("M")
    .slice(1)
    .map((ring) => {
      const points = ring
        .replace("Z", "")
        .split("L")
        .map((point) => point.split(",").map(Number))
        .filter(([x, y], index, all) => x !== all[index - 1]?.[0] || y !== all[index - 1]?.[1]);
      if (points.length < 4) return "";
      const steps = points.slice(1, -1).flatMap(([x = 0, y = 0], index) => {
        const [lastX = 0, lastY = 0] = points[index] ?? [];
        return [x - lastX, y - lastY];
      });
      return `M${points[0]?.join(" ")}l${steps.join(" ").replaceAll(" -", "-")}Z`;
    })
    .join("");
}

/** The page's script and style, minified, and their hashes for the content security policy. */
export async function clientFile(): Promise<string> {
  const script = await minify("page-client.ts");
  const style = await minify("page.css");
  return asJson({ script, scriptHash: hashOf(script), style, styleHash: hashOf(style) });
}

async function minify(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../client/${name}`, import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["chrome111", "firefox115", "safari16.4"],
    charset: "utf8",
  });
  return (outputFiles[0]?.text ?? "").trim();
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
