export { Z95 } from "../../core/lognormal.ts";

/** Standard normal quantile, to 16 digits. [Wichura 1988, algorithm AS 241] */
export function normalScore(share: number): number {
  const q = share - 0.5;
  if (Math.abs(q) <= 0.425) return q * centre(0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? share : 1 - share));
  const size = r <= 5 ? middle(r - 1.6) : tail(r - 5);
  return q < 0 ? -size : size;
}

// biome-ignore format: the coefficients of AS 241 in its own order, highest power first
const centre = (r: number): number =>
  polynomial(r, 2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987,
    13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665) /
  polynomial(r, 5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597,
    5394.196021424751, 687.1870074920579, 42.31333070160091, 1);
// biome-ignore format: as above
const middle = (r: number): number =>
  polynomial(r, 0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835) /
  polynomial(r, 1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1);
// biome-ignore format: as above
const tail = (r: number): number =>
  polynomial(r, 2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103) /
  polynomial(r, 2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1);

/** Of degree seven, written out because it runs cold thousands of times at the start of every sampled answer. */
// biome-ignore format: one coefficient a step
function polynomial(
  x: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number,
): number {
  return ((((((a * x + b) * x + c) * x + d) * x + e) * x + f) * x + g) * x + h;
}

/** Standard normal distribution function by its continued fraction and series. [Abramowitz and Stegun 26.2.10, 26.2.14] */
export function normalShare(z: number): number {
  const size = Math.abs(z);
  const density = Math.exp((-size * size) / 2) / Math.sqrt(2 * Math.PI);
  let beyond: number;
  if (size > 3) {
    let fraction = 0;
    for (let k = 40; k > 0; k--) fraction = k / (size + fraction);
    beyond = density / (size + fraction);
  } else {
    let term = size;
    let sum = size;
    for (let k = 1; k < 60; k++) {
      term *= (size * size) / (2 * k + 1);
      sum += term;
    }
    beyond = 0.5 - density * sum;
  }
  return z > 0 ? 1 - beyond : beyond;
}
