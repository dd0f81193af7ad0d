/** One value of one topic, as the page has received it. */
import type { ViewFrame } from '../../wire/view-frame.ts';
import type { FramePanel } from '../../wire/view-topics.ts';

export type Frame = ViewFrame<FramePanel>;
