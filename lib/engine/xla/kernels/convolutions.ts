/** Kernels of convolutions, in the way that suits what is written for. */
import { tf } from "../../tf.ts";
import { NotRecordable } from "../../programs/not_recordable.ts";
import type { Book, Value } from "../stablehlo.ts";
import { type Attributes, traced } from "../traced_kernel.ts";
import { activated } from "./matrix.ts";
import type { ConvolutionForm } from "./convolution_form.ts";
import { own } from "./own_convolutions.ts";
import { patches } from "./patches.ts";
import type { Windows } from "./windows.ts";

/** The way that suits what is written for. */
const formFor = ({ target }: Book): ConvolutionForm => target.convolutions === "patches" ? patches : own;

type Shape4 = [number, number, number, number];

/** @throws NotRecordable for images with their channels first */
function windowsOf(
  image: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dimRoundingMode, dataFormat }: Attributes,
  depthwise = false,
): Windows {
  if ((dataFormat ?? "NHWC") !== "NHWC") {
    throw new NotRecordable(`xla has no convolution of ${dataFormat}`, "put the channels last");
  }
  const [x, w] = [[...image] as Shape4, [...filter] as Shape4];
  return tf.backend_util.computeConv2DInfo(x, w, strides, dilations ?? 1, pad, dimRoundingMode, depthwise);
}

function convolution(book: Book, x: Value, filter: Value, attributes: Attributes): Value {
  return formFor(book).forward(book, x, filter, windowsOf(x.shape, filter.shape, attributes));
}
traced("Conv2D", (book, { x, filter }, attributes) => convolution(book, x, filter, attributes));
traced("FusedConv2D", (book, { x, filter, bias }, attributes) => {
  const made = convolution(book, x, filter, attributes);
  return activated(book, bias ? book.binary("add", made, bias) : made, attributes.activation);
});
traced("Conv2DBackpropFilter", (book, { x, dy }, attributes) => {
  const windows = windowsOf(x.shape, attributes.filterShape, attributes);
  return formFor(book).filterGradient(book, x, dy, windows);
});
traced("Conv2DBackpropInput", (book, { dy, filter }, attributes) => {
  const windows = windowsOf(attributes.inputShape, filter.shape, attributes);
  return formFor(book).inputGradient(book, dy, filter, windows);
});
traced(
  "DepthwiseConv2dNative",
  (book, { x, filter }, attributes) =>
    formFor(book).depthwise(book, x, filter, windowsOf(x.shape, filter.shape, attributes, true)),
);
traced("DepthwiseConv2dNativeBackpropFilter", (book, { x, dy }, attributes) => {
  const windows = windowsOf(x.shape, attributes.filterShape, attributes, true);
  return formFor(book).depthwiseFilterGradient(book, x, dy, windows);
});
traced("DepthwiseConv2dNativeBackpropInput", (book, { dy, filter }, attributes) => {
  const windows = windowsOf(attributes.inputShape, filter.shape, attributes, true);
  return formFor(book).depthwiseInputGradient(book, dy, filter, windows);
});
