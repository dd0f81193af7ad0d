/**
 * Paints images with WebGL2: codes go to the graphics processor as they came, and are turned into values and colours there, so a
 * change of range, scale or map costs no pass over the data. One context serves all panels (browsers allow few), and what it has
 * painted is copied to the panel's own canvas.
 *
 * Where an image is shown smaller than it is, up to 4 × 4 of its pixels are averaged for each pixel of the canvas.
 */
import type { ImageScale } from '../../panel.ts';
import type { ImageCodes } from '../../wire/image-data.ts';
import { LEVELS } from './color-maps.ts';
import type { Painter, Painting } from './painting.ts';
import { FRAGMENT_SHADER, VERTEX_SHADER } from './shaders.ts';

/** Names of what imitates a graphics processor. */
const IMITATED = /swiftshader|llvmpipe|softpipe|software|basic render/i;

const SCALES: Readonly<Record<ImageScale, number>> = { linear: 0, sqrt: 1, log: 2 };

interface Texture {
  readonly handle: WebGLTexture;
  codes: ImageCodes | undefined;
}

export class GlPainter implements Painter {
  readonly #gl: WebGL2RenderingContext;
  readonly #programs: Readonly<Record<'codes' | 'values', WebGLProgram>>;
  readonly #tables = new Map<Uint8Array, WebGLTexture>();
  readonly #textures = new Map<object, Texture>();
  readonly #sizeMax: number;

  /**
   * Undefined where the browser cannot, or would imitate a graphics processor.
   *
   * @param takesImitated take that too
   */
  static create(takesImitated: boolean): GlPainter | undefined {
    const gl = document.createElement('canvas').getContext('webgl2', {
      antialias: false,
      premultipliedAlpha: false,
      failIfMajorPerformanceCaveat: !takesImitated,
    });
    if (gl === null || (!takesImitated && IMITATED.test(rendererOf(gl)))) return undefined;
    try {
      return new GlPainter(gl);
    } catch {
      return undefined;
    }
  }

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#programs = { codes: compiled(gl, '#define CODES'), values: compiled(gl, '') };
    this.#sizeMax = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.bindVertexArray(gl.createVertexArray());
  }

  /** False where the context is lost, or the image is too large. */
  paint(owner: object, target: CanvasRenderingContext2D, painting: Painting): boolean {
    const gl = this.#gl;
    const { codes, size, view, ends, scale, table, maskColor } = painting;
    if (gl.isContextLost() || Math.max(size.width, size.height) > this.#sizeMax) return false;
    const { width, height } = target.canvas;
    if (gl.canvas.width < width) gl.canvas.width = width;
    if (gl.canvas.height < height) gl.canvas.height = height;
    const isFloat = codes.data instanceof Float32Array;
    const program = isFloat ? this.#programs.values : this.#programs.codes;
    gl.useProgram(program);
    gl.viewport(0, 0, width, height);
    gl.activeTexture(gl.TEXTURE0);
    this.#upload(owner, codes, size.width, size.height);
    gl.activeTexture(gl.TEXTURE1);
    this.#bindTable(table);
    const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
    gl.uniform1i(at('image'), 0);
    gl.uniform1i(at('table'), 1);
    gl.uniform1ui(at('noNumber'), codes.data instanceof Uint8Array ? 255 : 65_535);
    gl.uniform2f(at('line'), codes.offset, codes.scale);
    gl.uniform2f(at('corner'), view.left, view.top);
    gl.uniform2f(at('zoom'), view.scaleX, view.scaleY);
    gl.uniform1f(at('height'), height);
    gl.uniform2f(at('ends'), ends[0], ends[1]);
    gl.uniform1i(at('scale'), SCALES[scale]);
    gl.uniform3f(at('mask'), maskColor[0] / 255, maskColor[1] / 255, maskColor[2] / 255);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    target.clearRect(0, 0, width, height);
    // The viewport begins at the lower left corner, a canvas at the upper one.
    target.drawImage(gl.canvas, 0, gl.canvas.height - height, width, height, 0, 0, width, height);
    return true;
  }

  forget(owner: object): void {
    const texture = this.#textures.get(owner);
    if (texture !== undefined) this.#gl.deleteTexture(texture.handle);
    this.#textures.delete(owner);
  }

  #upload(owner: object, codes: ImageCodes, width: number, height: number): void {
    const gl = this.#gl;
    let texture = this.#textures.get(owner);
    if (texture === undefined) {
      texture = { handle: gl.createTexture(), codes: undefined };
      this.#textures.set(owner, texture);
    }
    gl.bindTexture(gl.TEXTURE_2D, texture.handle);
    if (texture.codes === codes) return;
    texture.codes = codes;
    const { data } = codes;
    if (data instanceof Float32Array)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, width, height, 0, gl.RED, gl.FLOAT, data);
    else if (data instanceof Uint16Array)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, width, height, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, data);
    else gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, width, height, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, data);
    setNearest(gl);
  }

  #bindTable(table: Uint8Array): void {
    const gl = this.#gl;
    const known = this.#tables.get(table);
    if (known !== undefined) return gl.bindTexture(gl.TEXTURE_2D, known);
    const handle = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, handle);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, LEVELS, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, table);
    setNearest(gl);
    this.#tables.set(table, handle);
  }
}

/** Browsers that do not tell have their own way to refuse what is slow (`failIfMajorPerformanceCaveat`). */
function rendererOf(gl: WebGL2RenderingContext): string {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL));
}

/** Neither integers nor floats can be interpolated by every device. */
function setNearest(gl: WebGL2RenderingContext): void {
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
}

function compiled(gl: WebGL2RenderingContext, definition: string): WebGLProgram {
  const program = gl.createProgram();
  const attach = (type: GLenum, source: string): void => {
    const shader = gl.createShader(type);
    if (shader === null) throw new Error('Cannot make a shader: the context is lost');
    gl.shaderSource(shader, `#version 300 es\n${definition}\n${source}`);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  };
  attach(gl.VERTEX_SHADER, VERTEX_SHADER);
  attach(gl.FRAGMENT_SHADER, FRAGMENT_SHADER);
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true)
    throw new Error(`Cannot link the shaders: ${gl.getProgramInfoLog(program) ?? ''}`);
  return program;
}
