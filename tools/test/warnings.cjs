/**
 * Loaded into every process below a test file (by NODE_OPTIONS): notes process warnings in the file's folder, at
 * once and synchronously, since a rank may block its thread or exit before a stream is flushed. What the process
 * prints stays as it is.
 */
'use strict';
const { appendFileSync } = require('node:fs');

const file = process.env.PARLEY_TEST_WARNINGS;
if (file !== undefined) {
  process.on('warning', (warning) => {
    appendFileSync(file, `\0${process.argv.join(' ')}\n${warning.stack}\n`);
  });
}
