package io.millrace.cli.demo;

import java.util.function.LongSupplier;

/**
 * Keeps a feed from running far ahead of those who take the records, so that what is predicted is
 * predicted by a model that has just learned from what came before.
 *
 * @param images how many images were taken
 * @param imagesAhead how many images may be sent and not taken
 * @param mails how many mails were taken
 * @param mailsAhead how many mails may be sent and not taken
 */
record Pace(LongSupplier images, long imagesAhead, LongSupplier mails, long mailsAhead) {

  private static final long LOOK_AGAIN_MILLIS = 5;

  Pace {
    if (imagesAhead < 1 || mailsAhead < 1) {
      throw new IllegalArgumentException(
          "must be >= 1, were " + imagesAhead + " and " + mailsAhead);
    }
  }

  /** Returns when one more image may follow as many as were sent. */
  void awaitImage(long sent) throws InterruptedException {
    await(images, sent, imagesAhead);
  }

  /** Returns when one more mail may follow as many as were sent. */
  void awaitMail(long sent) throws InterruptedException {
    await(mails, sent, mailsAhead);
  }

  private static void await(LongSupplier taken, long sent, long ahead) throws InterruptedException {
    while (sent - taken.getAsLong() >= ahead) {
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
  }
}
