/** Common memory (transport/common-block.ts) as files in the directory of the job whose process made them. */
import { statfsSync, statSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { jobRankOf, type ProcessId } from '../../model/process-id.ts';
import type { Libc } from '../../system/libc.ts';
import { createMappedFile, type MappedFile, openMappedFile } from '../../system/mapped-file.ts';
import { randomName } from '../../system/random-words.ts';
import { WasmMemory } from '../../system/web-assembly.ts';
import type { CommonBlock, CommonBlocks, MemoryLoans } from '../common-block.ts';
import { Lookouts } from '../lookouts.ts';
import type { KnownJobs } from './known-jobs.ts';

/** JOB/common-NUMBER: nothing else is ever opened, whoever names it. */
const NAME = /^[0-9a-z]+\/common-[0-9a-f]{16}$/;
/** What must be free beside it, as a multiple of its own bytes: rings, on which everything depends, come first. */
const ROOM_LEFT = 4;

export class CommonFiles extends Lookouts implements CommonBlocks {
  readonly #libc: Libc;
  readonly #directory: string;
  readonly #jobs: KnownJobs;
  readonly #loans: MemoryLoans | null;

  /** `directory` is that of the own job. */
  constructor(libc: Libc, directory: string, jobs: KnownJobs, loans: MemoryLoans | null) {
    super();
    this.#loans = loans;
    this.#libc = libc;
    this.#directory = directory;
    this.#jobs = jobs;
  }

  make(bytes: number, own: number): CommonBlock | null {
    const file = `common-${randomName(2)}`;
    try {
      const { bavail, bsize } = statfsSync(this.#directory);
      if (bavail * bsize < bytes * ROOM_LEFT) return null;
      const vectors = WasmMemory.of(bytes + own);
      return this.#block(
        `${basename(this.#directory)}/${file}`,
        createMappedFile(this.#libc, join(this.#directory, file), bytes, vectors?.buffer),
        vectors,
      );
    } catch {
      // Full, or its directory has just gone: those who wanted it send messages.
      return null;
    }
  }

  find(name: string, bytes: number, own: number): CommonBlock | null {
    if (!NAME.test(name)) return null;
    try {
      const path = join(dirname(this.#directory), name);
      if (statSync(path).size !== bytes) return null;
      const vectors = WasmMemory.of(bytes + own);
      return this.#block(name, openMappedFile(this.#libc, path, vectors?.buffer), vectors);
    } catch {
      return null;
    }
  }

  #block(name: string, file: MappedFile, vectors: WasmMemory | null): CommonBlock {
    return {
      name,
      memory: file.memory,
      vectors,
      loans: this.#loans,
      wake: (peer: ProcessId) => this.#jobs.of(peer)?.segment.wake(jobRankOf(peer)),
      seal: () => {
        try {
          unlinkSync(file.path);
        } catch {
          // Its directory was removed: the job is over.
        }
      },
      close: () => file.close(),
    };
  }
}
