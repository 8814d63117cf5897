// A text as a QR code on a canvas, in whole pixels and with its quiet zone; fetched only where a notary could scan one.
import { encodeQR } from "./vendor/qr-0.7.0/index.js";

const QUIET = 4;
const SMALLEST = 3;
const LARGEST = 6;
const MOST_BYTES = 2953;

// `width`: what the page has room for, in its own pixels. False when the text does not fit there as a code that scans.
export function paintCode(canvas, text, width) {
  if (text.length > MOST_BYTES) return false;
  const rows = encodeQR(text, "raw", { ecc: "low", encoding: "byte", border: QUIET });
  const dots = Math.min(Math.floor((width * devicePixelRatio) / rows.length), Math.floor(LARGEST * devicePixelRatio));
  if (dots < SMALLEST) return false;
  canvas.width = canvas.height = rows.length * dots;
  canvas.style.width = canvas.style.height = `${canvas.width / devicePixelRatio}px`;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  rows.forEach((row, y) => row.forEach((dark, x) => dark && pen.fillRect(x * dots, y * dots, dots, dots)));
  return true;
}
