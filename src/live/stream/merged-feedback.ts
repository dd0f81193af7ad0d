/** Feedback that a client has not been told yet, as one message. */
import type { FeedbackMessage, FeedbackRequest } from './wire-tags.ts';

/** Requests of different names that wait at most; the oldest go. */
const REQUESTS_MAX = 256;

export function mergedFeedback(earlier: FeedbackMessage, later: FeedbackMessage): FeedbackMessage {
  const requests = new Map<string, FeedbackRequest>();
  for (const request of [...(earlier.requests ?? []), ...(later.requests ?? [])]) {
    requests.delete(request.name);
    requests.set(request.name, request);
  }
  return {
    ...earlier,
    ...later,
    settings: { ...earlier.settings, ...later.settings },
    requests: [...requests.values()].slice(-REQUESTS_MAX),
  };
}
