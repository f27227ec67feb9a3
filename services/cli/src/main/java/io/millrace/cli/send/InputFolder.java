package io.millrace.cli.send;

import io.millrace.cli.command.FileProblem;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of a path: the file itself, or all below a folder in the order of their names. Links
 * are followed. What cannot be sent is listed with its reason, and so is what need not be.
 */
final class InputFolder {

  /** Files that operating systems leave in folders. */
  private static final Set<String> OF_SYSTEMS = Set.of("thumbs.db", "desktop.ini", "__macosx");

  private final List<InputFile> files = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final List<String> hidden = new ArrayList<>();
  private final List<String> empty = new ArrayList<>();

  /** A path that cannot be sent. */
  record Refusal(Path path, String reason) {}

  /**
   * Lists the files of a path.
   *
   * <p>A folder that is sent with one label is a class: its name is part of the ids, so that {@code
   * spam/1.txt} and {@code ham/1.txt} are two documents when each folder is sent by itself.
   *
   * @throws IOException if the folder itself cannot be listed
   */
  InputFolder(Path path, SendOptions options) throws IOException {
    if (Files.isDirectory(path)) {
      String start = options.label().isPresent() ? nameOf(path) + "/" : "";
      Files.walkFileTree(
          path, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Visitor(path));
      files.sort(Comparator.comparing(InputFile::path));
      files.replaceAll(file -> file.named(start + file.name()));
      refuseEqualNames();
    } else {
      files.add(InputFile.alone(path));
    }
  }

  private static String nameOf(Path folder) throws IOException {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? "root" : name.toString();
  }

  List<InputFile> files() {
    return files;
  }

  List<Refusal> refusals() {
    return refusals;
  }

  /** Hidden files and folders, which are passed over. */
  List<String> hidden() {
    return hidden;
  }

  /** Folders in which there is nothing to send. */
  List<String> empty() {
    return empty;
  }

  /** {@code a.txt} and {@code a.txt.gz} would have one id, and one replace the other. */
  private void refuseEqualNames() {
    Map<String, InputFile> byName = new HashMap<>();
    files.removeIf(file -> {
      InputFile first = byName.putIfAbsent(file.name(), file);
      if (first != null) {
        refusals.add(
            new Refusal(
                file.path(),
                "would have the id of " + first.path() + " and replace it: give it another name"));
      }
      return first != null;
    });
  }

  private final class Visitor extends SimpleFileVisitor<Path> {

    private final Path folder;
    private final List<Integer> filesBefore = new ArrayList<>();

    Visitor(Path folder) {
      this.folder = folder;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      if (!path.equals(folder) && isHidden(path)) {
        hidden.add(relative(path));
        return FileVisitResult.SKIP_SUBTREE;
      }
      filesBefore.add(files.size() + refusals.size());
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      if (isHidden(path)) {
        hidden.add(relative(path));
      } else if (attributes.isSymbolicLink()) {
        refusals.add(new Refusal(path, "is a link to what is not there"));
      } else if (!attributes.isRegularFile()) {
        refusals.add(new Refusal(path, "is not a file, but a device, a pipe or a socket"));
      } else if (path.toString().indexOf('\ufffd') >= 0) {
        refusals.add(
            new Refusal(
                path,
                "has a name that is not text in the charset of this system, %s: set LC_ALL=C.UTF-8 or rename it"
                    .formatted(System.getProperty("sun.jnu.encoding"))));
      } else {
        files.add(InputFile.below(folder, path));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException problem) {
      refusals.add(
          new Refusal(
              path,
              problem instanceof FileSystemLoopException
                  ? "is a link to a folder that holds it"
                  : FileProblem.reason(problem)));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path path, @Nullable IOException problem) {
      if (filesBefore.removeLast() == files.size() + refusals.size() && !path.equals(folder)) {
        empty.add(relative(path));
      }
      if (problem != null) {
        refusals.add(new Refusal(path, FileProblem.reason(problem)));
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean isHidden(Path path) {
      String name = String.valueOf(path.getFileName());
      return name.startsWith(".") || OF_SYSTEMS.contains(name.toLowerCase(Locale.ROOT));
    }

    private String relative(Path path) {
      return folder.relativize(path).toString();
    }
  }
}
