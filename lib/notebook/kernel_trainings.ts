/** In a kernel: tells the parent of every training, so that it is recorded. */
import { type TrainingNews, trainingStory } from "../store/training_story.ts";
import { watchTrainings } from "../training/watched.ts";
import type { FromKernel } from "./kernel_messages.ts";

/** From now on each event of a training is sent as what is new in it, and its end of events as null. */
export function sendTrainings(send: (message: FromKernel) => void): void {
  let count = 0;
  watchTrainings((spec) => {
    const training = ++count, story = trainingStory(spec);
    const tell = (news: TrainingNews | null) => news && send({ t: "training", training, news });
    return {
      event: (event) => void tell(story.event(event)),
      closed() {
        tell(story.rest());
        send({ t: "training", training, news: null });
      },
    };
  });
}
