/** The Equal Earth projection (Šavrič, Patterson and Jenny, 2018), with the polynomial of the paper. */
const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796] as const;
const root3 = Math.sqrt(3);
const radians = Math.PI / 180;

/** Half the width of the world on a sphere of radius 1. */
export const equalEarthHalfWidth = (2 * root3 * Math.PI) / (3 * a1);

/** Position on a sphere of radius 1: x to the east, y to the south. Latitude and longitude in degrees. */
export function equalEarth(latitude: number, longitude: number): { readonly x: number; readonly y: number } {
  const theta = Math.asin((root3 / 2) * Math.sin(latitude * radians));
  const theta2 = theta * theta;
  const theta6 = theta2 ** 3;
  const slope = a1 + 3 * a2 * theta2 + theta6 * (7 * a3 + 9 * a4 * theta2);
  return {
    x: (2 * root3 * longitude * radians * Math.cos(theta)) / (3 * slope),
    y: -theta * (a1 + a2 * theta2 + theta6 * (a3 + a4 * theta2)),
  };
}
