// The hall's wall: the stage on a full background, with the scenes in the middle of it.
import { AirLine } from "/air/line.js";
import { Stage } from "/air/stage.js";

const stage = new Stage(document.getElementById("stage"), "wall_title");

new AirLine(
  "/wall",
  (message) => stage.take(message),
  () => stage.lost(),
);
