package io.millrace.runtime.deadletters.replay;

/** Is told how far the reading of dead letters and their topics has come. */
public interface ReadingProgress {

  /** Shows nothing. */
  ReadingProgress NONE =
      new ReadingProgress() {
        @Override
        public void show(String activity, double done) {
          // Nobody looks.
        }

        @Override
        public void clear() {
          // Nothing was shown.
        }
      };

  /**
   * Shows the progress of an activity.
   *
   * @param done the share that is done, 0 to 1
   */
  void show(String activity, double done);

  /** Removes what is shown. */
  void clear();
}
