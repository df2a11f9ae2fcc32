import assert from "node:assert/strict";
import { styleText } from "../../../server/pages/style_text.ts";

Deno.test("nothing in a style sheet ends its element, however often it tries", () => {
  const { text } = styleText("a{}</style><script>1</script><!-- b>c{} </STYLE>");
  assert.doesNotMatch(text, /<[/!]/);
  assert.match(text, /b>c\{\}/);
});
