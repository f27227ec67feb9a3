package io.millrace.learning.vision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Engines whose libraries lie in a folder of their own, each named as the engine, below that of the
 * property {@value #PROPERTY}. Such an engine gets a class loader that looks into its folder first,
 * so that it has its own version of what the class path has too, as Kafka Connect does with its
 * plug-ins. A class loader is kept as long as the process: a native library can be loaded by one
 * only.
 */
final class EngineClassLoaders {

  static final String PROPERTY = "millrace.engines";

  private static final Map<Path, ClassLoader> LOADERS = new HashMap<>();

  private EngineClassLoaders() {}

  /** What loads the engine of that name; empty if it has no folder. */
  static Optional<ClassLoader> loader(String engine) {
    String folders = System.getProperty(PROPERTY);
    if (folders == null || !engine.matches("[a-z0-9]+")) {
      return Optional.empty();
    }
    Path folder = Path.of(folders, engine).toAbsolutePath();
    return Files.isDirectory(folder) ? Optional.of(loader(folder)) : Optional.empty();
  }

  private static synchronized ClassLoader loader(Path folder) {
    return LOADERS.computeIfAbsent(folder, it -> new FolderFirst(jars(it)));
  }

  private static URL[] jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      URL[] urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = url(jars.get(i));
      }
      return urls;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
  }

  private static URL url(Path file) throws MalformedURLException {
    return file.toUri().toURL();
  }

  /** Asks the JDK, then the folder, then whoever loaded this class. */
  private static final class FolderFirst extends URLClassLoader {

    FolderFirst(URL[] jars) {
      super(jars, ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try {
        return super.findClass(name);
      } catch (ClassNotFoundException e) {
        return EngineClassLoaders.class.getClassLoader().loadClass(name);
      }
    }
  }
}
