package io.millrace.runtime.testing;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Prepares Java processes with the JVM and the class path of this test. */
public final class JavaProcess {

  private static final String CLASS_PATH = System.getProperty("java.class.path");

  private JavaProcess() {}

  /** A process with everything on the class path of this test, test classes included. */
  public static ProcessBuilder withTests(
      String mainClass, List<String> jvmOptions, List<String> arguments) {
    return process(CLASS_PATH, mainClass, jvmOptions, arguments);
  }

  /** A process without test classes and their resources, such as the configuration of logging. */
  public static ProcessBuilder withoutTests(
      String mainClass, List<String> jvmOptions, List<String> arguments) {
    String classPath =
        Arrays.stream(CLASS_PATH.split(File.pathSeparator))
            .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    return process(classPath, mainClass, jvmOptions, arguments);
  }

  /** A process with another class path, such as that of an earlier build. */
  public static ProcessBuilder withClassPath(
      String classPath, String mainClass, List<String> jvmOptions, List<String> arguments) {
    return process(classPath, mainClass, jvmOptions, arguments);
  }

  private static ProcessBuilder process(
      String classPath, String mainClass, List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add(mainClass);
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    // As a variable, since a command line has a length limit.
    builder.environment().put("CLASSPATH", classPath);
    return builder;
  }
}
