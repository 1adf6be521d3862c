import { type Origin, type Plant, type ReferenceData, toReferenceRows } from "@lmnh/plant-schema";

type Rows = ReturnType<typeof toReferenceRows>;
type Said<Table extends keyof Rows> = Rows[Table][number];

/** A plant's own columns; a botanist is known by e-mail address, an origin by the key that it has here. */
interface PlantRow extends Omit<Plant, "botanist" | "origin"> {
  readonly email: string | null;
  readonly origin: string | null;
}

/** Reference data in memory, under the tables' rules: natural keys, and what is newer stays. */
export function memoryReferenceData() {
  const botanists = new Map<string, Said<"botanists">>();
  /** The code of each country, by its name. */
  const countries = new Map<string, string | null>();
  const cities = new Map<string, Said<"cities">>();
  const origins = new Map<string, Said<"origins">>();
  const plants = new Map<number, PlantRow>();

  /** The name under which a country is here: that of its code, or else its own. */
  const placed = <Row extends Said<"countries">>(said: Row): Row => {
    const coded = [...countries].find(([, code]) => code !== null && code === said.countryCode);
    const countryName = coded?.[0] ?? said.countryName;
    return { ...said, countryName, countryCode: countries.get(countryName) ?? said.countryCode };
  };

  const seeCountry = (said: Said<"countries">) => {
    const { countryName, countryCode } = placed(said);
    countries.set(countryName, countryCode);
  };
  const seeCity = (said: Said<"cities">) => {
    const row = placed(said);
    cities.set(`${row.countryName}\n${row.city}`, row);
  };
  const originKey = (row: Said<"origins">) =>
    [row.countryName, row.city, row.latitude, row.longitude].join("\n");
  const seeOrigin = (said: Said<"origins">) => {
    const row = placed(said);
    origins.set(originKey(row), row);
  };

  const seeBotanist = (said: Said<"botanists">) => {
    const known = botanists.get(said.email);
    if (known !== undefined && said.observedAt < known.observedAt) return;
    const row = { ...said, phone: said.phone === "" ? (known?.phone ?? "") : said.phone };
    if (row.name !== known?.name || row.phone !== known.phone) botanists.set(said.email, row);
  };

  const seePlant = (said: Said<"plants">) => {
    const { city, countryName, countryCode, latitude, longitude, ...own } = said;
    const origin =
      city === null || countryName === null
        ? null
        : originKey(placed({ city, countryName, countryCode, latitude, longitude }));
    const known = plants.get(said.plantId);
    if (known !== undefined && own.observedAt < known.observedAt) return;
    const row = {
      plantId: own.plantId,
      name: own.name ?? known?.name ?? null,
      scientificName: own.scientificName ?? known?.scientificName ?? null,
      imageUrl: own.imageUrl ?? known?.imageUrl ?? null,
      imageLicenseUrl: own.imageLicenseUrl ?? known?.imageLicenseUrl ?? null,
      thumbnailUrl: own.thumbnailUrl ?? known?.thumbnailUrl ?? null,
      email: own.email ?? known?.email ?? null,
      origin: origin ?? known?.origin ?? null,
    };
    const changed =
      known === undefined ||
      JSON.stringify({ ...row, observedAt: known.observedAt }) !== JSON.stringify(known);
    if (changed) plants.set(own.plantId, { ...row, observedAt: own.observedAt });
  };

  const toBotanist = ({ email, name, phone, observedAt }: Said<"botanists">) => ({
    email,
    name,
    phone,
    observedAt,
  });
  const toCountry = ({ countryName }: Said<"countries">) => ({
    code: countries.get(countryName) ?? null,
    name: countryName,
  });
  const toCity = (row: Said<"cities">) => ({ name: row.city, country: toCountry(row) });
  const toOrigin = (row: Said<"origins">): Origin => ({
    city: toCity(row),
    latitude: row.latitude,
    longitude: row.longitude,
  });

  return {
    hasPlant: (plantId: number) => plants.has(plantId),

    load(data: ReferenceData): void {
      const rows = toReferenceRows(data);
      rows.botanists.forEach(seeBotanist);
      rows.countries.forEach(seeCountry);
      rows.cities.forEach(seeCity);
      rows.origins.forEach(seeOrigin);
      rows.plants.forEach(seePlant);
    },

    read: (): ReferenceData => ({
      botanists: [...botanists.values()].map(toBotanist),
      countries: [...countries].map(([name, code]) => ({ code, name })),
      cities: [...cities.values()].map(toCity),
      origins: [...origins.values()].map(toOrigin),
      plants: [...plants.values()].map(({ email, origin, ...plant }) => {
        const botanist = email === null ? undefined : botanists.get(email);
        const place = origin === null ? undefined : origins.get(origin);
        return {
          ...plant,
          botanist: botanist === undefined ? null : toBotanist(botanist),
          origin: place === undefined ? null : toOrigin(place),
        };
      }),
    }),
  };
}
