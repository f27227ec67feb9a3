package io.millrace.cli.demo.data;

import io.millrace.cli.dataset.LabelledImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The data of the demonstration.
 *
 * @param training labelled images to learn from
 * @param heldOut images that are only predicted; their labels are not sent
 * @param mails labelled mails to learn from, in the order of delivery
 */
public record DemoData(LabelledImages training, LabelledImages heldOut, List<Mail> mails) {

  private static final int TENTH = 10;

  public DemoData {
    mails = List.copyOf(mails);
  }

  /**
   * Reads the folder {@code data}.
   *
   * @throws IOException if a file is missing or broken
   */
  public static DemoData read(Path folder) throws IOException {
    Path mnist = folder.resolve("mnist");
    return new DemoData(
        LabelledImages.read(mnist, "train"),
        LabelledImages.read(mnist, "t10k"),
        Mail.read(folder.resolve("spam-assassin").resolve("mails.jsonl.gz")));
  }

  /**
   * A tenth of the data: the first images, and every tenth mail, so that the drift over time stays.
   */
  public DemoData tenth() {
    return new DemoData(
        training.first(training.count() / TENTH),
        heldOut.first(heldOut.count() / TENTH),
        Mail.everyNth(TENTH, mails));
  }
}
