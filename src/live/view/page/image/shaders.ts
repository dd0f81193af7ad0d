/** The two shaders of an image: one triangle over the canvas, and for each of its pixels the colour of what lies under it. */

export const VERTEX_SHADER = `
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

/** Keep in step with color-scale.ts. */
export const FRAGMENT_SHADER = `
precision highp float;
precision highp int;
#ifdef CODES
uniform highp usampler2D image;
#else
uniform highp sampler2D image;
#endif
uniform highp sampler2D table;
uniform uint noNumber;
uniform vec2 line;
uniform vec2 corner;
uniform vec2 zoom;
uniform float height;
uniform vec2 ends;
uniform int scale;
uniform vec3 mask;
out vec4 color;

bool valueAt(ivec2 place, out float value) {
#ifdef CODES
  uint code = texelFetch(image, place, 0).r;
  value = line.x + line.y * float(code);
  return code != noNumber;
#else
  value = texelFetch(image, place, 0).r;
  return (floatBitsToUint(value) & 0x7fffffffu) <= 0x7f800000u;
#endif
}

void main() {
  vec2 size = vec2(textureSize(image, 0));
  vec2 middle = vec2(gl_FragCoord.x, height - gl_FragCoord.y);
  vec2 place = corner + middle / zoom;
  if (place.x < 0.0 || place.y < 0.0 || place.x >= size.x || place.y >= size.y) {
    color = vec4(0.0);
    return;
  }
  vec2 reach = 1.0 / zoom;
  ivec2 samples = clamp(ivec2(ceil(reach - 0.001)), ivec2(1), ivec2(4));
  float sum = 0.0;
  float count = 0.0;
  for (int y = 0; y < samples.y; y += 1) {
    for (int x = 0; x < samples.x; x += 1) {
      vec2 shift = (vec2(x, y) + 0.5) / vec2(samples) - 0.5;
      vec2 spot = clamp(place + shift * reach, vec2(0.0), size - 1.0);
      float value;
      if (valueAt(ivec2(samples == ivec2(1) ? place : spot), value)) {
        sum += value;
        count += 1.0;
      }
    }
  }
  if (count == 0.0) {
    color = vec4(mask, 1.0);
    return;
  }
  float value = sum / count;
  float t = scale == 2
    ? log(max(value, ends.x) / ends.x) / log(ends.y / ends.x)
    : (value - ends.x) / (ends.y - ends.x);
  t = clamp(t, 0.0, 1.0);
  if (scale == 1) t = sqrt(t);
  color = texelFetch(table, ivec2(int(floor(t * 255.0 + 0.5)), 0), 0);
}`;
