package io.millrace.cli.send;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.kafka.RecordSender;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.cli.terminal.TerminationSignal;
import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends the content of files. */
@Command(
    name = "send",
    description = {
      "Sends a file, or all files of a folder, to the topic of images, documents or labels.",
      "images: PNG and JPEG files, and IDX files like MNIST's, with the labels file beside them.",
      "documents: text files, one document each; .jsonl files, one document per line with text and"
          + " optionally id and label.",
      "labels: lines of SUBJECT,LABEL (image/17,cat); .jsonl with subject and label; IDX labels.",
      "Files may be compressed with gzip. The key of a record is the file's path below PATH. If"
          + " some input cannot be sent, it is reported, the rest is sent, and the exit code is 1."
    },
    footer = {
      "  millrace send images pictures/ --label cat",
      "  millrace send images train-images-idx3-ubyte.gz --limit 1000 --rate 100/s",
      "  millrace send documents mails.jsonl",
      "  millrace send labels labels.csv"
    })
public final class SendCommand extends KafkaCommand {

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "The kind of input: ${COMPLETION-CANDIDATES}.")
  private InputKind kind = InputKind.IMAGES;

  @Parameters(index = "1", paramLabel = "PATH", description = "A file or a folder.")
  private Path path = Path.of("");

  @Option(names = "--limit", paramLabel = "N", description = "Ends after N records.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      description = "The maximum number of records per second. Default: no limit.")
  private @Nullable String rate;

  @Option(
      names = "--label",
      paramLabel = "L",
      description = "The label of images or documents that have none of their own.")
  private @Nullable String label;

  @Override
  public Integer call() {
    if (limit < 1) {
      throw usageError("--limit must be >= 1, was " + limit);
    }
    if (label != null && kind == InputKind.LABELS) {
      throw usageError("--label applies to images and documents only");
    }
    var bounds = new FileSender.Limits(limit, perSecond());
    List<InputFile> files = files();
    long totalBytes = files.stream().mapToLong(file -> file.path().toFile().length()).sum();
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var bytesRead = new AtomicLong();
    var progress =
        new SendProgress(
            new StatusLine(err(), TerminalDetection.isTerminal()),
            sent ->
                Math.max(
                    (double) sent / limit, bytesRead.get() / (double) Math.max(1, totalBytes)));
    long start = System.nanoTime();
    try (var sender = new RecordSender(settings)) {
      var fileSender = new FileSender(kind, settings.topics(), sender, bounds, progress);
      try (var signal = TerminationSignal.onRequest(fileSender::stop)) {
        fileSender.run(files, InputReader.of(kind, Optional.ofNullable(label)), bytesRead);
      } finally {
        progress.clear();
      }
      return report(
          fileSender, kind.topic(settings.topics()).name(), (System.nanoTime() - start) / 1e9);
    }
  }

  private int report(FileSender fileSender, String topic, double seconds) {
    out()
        .printf(
            Locale.ROOT,
            "sent %d %s to %s in %.1f s (%,.0f/s)%n",
            fileSender.sent(),
            kind.name().toLowerCase(Locale.ROOT),
            topic,
            seconds,
            fileSender.sent() / seconds);
    if (fileSender.stopped()) {
      throw new CommandException("stopped before everything was sent");
    }
    if (fileSender.rejected() > 0) {
      throw new CommandException(
          fileSender.rejected() + " inputs could not be sent; they are listed above");
    }
    if (fileSender.sent() == 0) {
      throw new CommandException("there is nothing to send in " + path);
    }
    return CommandLine.ExitCode.OK;
  }

  private List<InputFile> files() {
    if (!Files.exists(path)) {
      throw usageError("no such file or folder: " + path);
    }
    try {
      return InputFile.at(path);
    } catch (IOException e) {
      throw new CommandException("cannot list " + path + ": " + e, e);
    }
  }

  private Optional<Double> perSecond() {
    if (rate == null) {
      return Optional.empty();
    }
    try {
      double number = Double.parseDouble(rate.replaceFirst("/s$", ""));
      if (number > 0 && Double.isFinite(number)) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // Reported below like a number out of range.
    }
    throw usageError(
        "--rate must be a number of records per second above 0, such as 100/s, was " + rate);
  }
}
