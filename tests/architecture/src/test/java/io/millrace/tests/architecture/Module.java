package io.millrace.tests.architecture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.NodeList;

/**
 * A module of the build. The list is the root pom's, so that the rules see a new module from its
 * first day.
 *
 * @param path its folder, as the root pom names it
 */
record Module(String path) {

  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Set<String> SHARED = Set.of("runtime", "broker", "cli");

  /** All modules, in the order of the root pom. */
  static List<Module> all() {
    try {
      NodeList modules =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(ROOT.resolve("pom.xml").toFile())
              .getElementsByTagName("module");
      return IntStream.range(0, modules.getLength())
          .mapToObj(i -> new Module(modules.item(i).getTextContent().strip()))
          .toList();
    } catch (Exception e) {
      throw new IllegalStateException("cannot read the modules of the root pom", e);
    }
  }

  /** The names of the services: the folders directly in {@code services} that no other shares. */
  static List<String> services() {
    return all().stream()
        .map(Module::path)
        .filter(path -> path.matches("services/[^/]+"))
        .map(path -> path.substring("services/".length()))
        .filter(name -> !SHARED.contains(name))
        .toList();
  }

  /** Whether something of it ships. */
  boolean hasMainSources() {
    return Files.isDirectory(mainSources());
  }

  Path mainSources() {
    return ROOT.resolve(path).resolve("src/main/java");
  }

  Path testSources() {
    return ROOT.resolve(path).resolve("src/test/java");
  }

  /** Where the compiler puts what ships. */
  Path mainClasses() {
    return ROOT.resolve(path).resolve("target/classes");
  }
}
