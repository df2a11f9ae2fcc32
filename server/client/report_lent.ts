/** What this library's charts use of Plot: the script of a report lends it to them, so that the file holds it once. */
export {
  areaY,
  axisX,
  axisY,
  cell,
  dot,
  gridX,
  gridY,
  lineY,
  link,
  pointer,
  ruleX,
  ruleY,
  text,
  tickX,
  tip,
  vector,
} from "@observablehq/plot";
