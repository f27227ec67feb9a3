package io.millrace.learning.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes of an engine come from its folder, those of its contract from where we are. */
final class EngineFoldersTest {

  @TempDir Path engines;

  @BeforeEach
  void anEngineInAFolder() throws IOException {
    Path folder = Files.createDirectory(engines.resolve("folded"));
    String name = Picture.class.getName().replace('.', '/') + ".class";
    try (var jar = new JarOutputStream(Files.newOutputStream(folder.resolve("engine.jar")));
        InputStream bytes =
            Objects.requireNonNull(Picture.class.getResourceAsStream("Picture.class"))) {
      jar.putNextEntry(new JarEntry(name));
      bytes.transferTo(jar);
    }
    System.setProperty(EngineFolders.PROPERTY, engines.toString());
  }

  @AfterEach
  void forget() {
    System.clearProperty(EngineFolders.PROPERTY);
  }

  @Test
  void itsOwnJarsWinOverTheClassPath() throws Exception {
    ClassLoader loader = EngineFolders.loader("folded").orElseThrow();

    Class<?> picture = loader.loadClass(Picture.class.getName());
    Class<?> contract = loader.loadClass(VisionEngine.class.getName());

    assertThat(picture).isNotSameAs(Picture.class);
    assertThat(picture.getClassLoader()).isSameAs(loader);
    assertThat(contract).isSameAs(VisionEngine.class);
  }

  @Test
  void aFolderHasOneLoaderForGood() {
    assertThat(EngineFolders.loader("folded")).isEqualTo(EngineFolders.loader("folded"));
  }

  @Test
  void whatHasNoFolderIsLookedForOnTheClassPath() {
    assertThat(EngineFolders.loader("abacus")).isEmpty();
    assertThat(EngineFolders.loader("../folded")).isEmpty();
    System.clearProperty(EngineFolders.PROPERTY);
    assertThat(EngineFolders.loader("folded")).isEmpty();
  }

  @Test
  void anEngineThatIsNowhereIsNamedWithWhatToDo() {
    assertThatThrownBy(() -> VisionEngine.named("abacus"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("abacus")
        .hasMessageContaining(engines.toString())
        .hasMessageContaining("docs/operations.md");
  }
}
