/** The HDF5 library, loaded, with its errors thrown and not printed. */
import { ready } from 'h5wasm/node';

export type H5Module = Awaited<typeof ready>;

export async function loadHdf5(): Promise<H5Module> {
  const module = await ready;
  module.activate_throwing_error_handler();
  return module;
}
