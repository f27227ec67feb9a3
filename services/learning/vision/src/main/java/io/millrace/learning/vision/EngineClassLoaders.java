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
 * The class loaders of engines whose libraries are in a folder of their own, named as the engine,
 * below the folder that the property {@value #PROPERTY} names. Such a class loader looks into its
 * folder first, so that an engine has its own version of what is on the class path too, as Kafka
 * Connect's plug-ins have. A class loader is kept as long as the process runs, since only one can
 * load a native library.
 */
final class EngineClassLoaders {

  static final String PROPERTY = "millrace.engines";

  private static final Map<Path, ClassLoader> LOADERS = new HashMap<>();

  private EngineClassLoaders() {}

  /** The class loader of an engine; empty if it has no folder. */
  static Optional<ClassLoader> loader(String engine) {
    String folders = System.getProperty(PROPERTY);
    if (folders == null || !engine.matches("[a-z0-9]+")) {
      return Optional.empty();
    }
    Path folder = Path.of(folders, engine).toAbsolutePath();
    return Files.isDirectory(folder) ? Optional.of(loader(folder)) : Optional.empty();
  }

  private static synchronized ClassLoader loader(Path folder) {
    return LOADERS.computeIfAbsent(folder, it -> new ChildFirstClassLoader(jars(it)));
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

  /** Delegates to the JDK, then the folder, then the class loader of this class. */
  private static final class ChildFirstClassLoader extends URLClassLoader {

    ChildFirstClassLoader(URL[] jars) {
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
