import { describe } from 'node:test';
import { SelfTransport } from '#transport/self/self-transport.js';
import { checkCompliance } from './compliance.ts';

describe('The transport of a process to itself', () => {
  checkCompliance({
    name: 'self',
    processesMax: 1,
    make: () => ({
      ids: ['0.0'],
      transports: [new SelfTransport('0.0')],
      end: () => undefined,
      close: () => undefined,
    }),
  });
});
