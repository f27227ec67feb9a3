package io.millrace.learning.text.analysis;

import java.util.List;
import java.util.function.Function;

/**
 * The stages of the custom analysis in their order, each with its setting: shared by all services
 * that analyze text.
 */
public enum AnalysisStage {
  CHAR_FILTERS(
      "analysis.char.filters",
      "Custom analysis: Lucene's char filters, which change the text first, separated by commas,"
          + " such as htmlStrip, patternReplace(pattern='[0-9]', replacement='#').",
      AnalysisChain::charFilter),
  TOKENIZER(
      "analysis.tokenizer",
      "Custom analysis: Lucene's tokenizer, which splits the text, such as standard or"
          + " nGram(minGramSize=3, maxGramSize=3).",
      AnalysisChain::tokenizer),
  TOKEN_FILTERS(
      "analysis.token.filters",
      "Custom analysis: Lucene's token filters, which change the tokens, separated by commas, such"
          + " as lowercase, stop(words=stop.txt), snowballPorter(language=German).",
      AnalysisChain::tokenFilter);

  /** The setting of a stage is invalid. */
  public static final class InvalidStageException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final AnalysisStage stage;

    private InvalidStageException(AnalysisStage stage, String reason) {
      super(reason);
      this.stage = stage;
    }

    /** The stage. */
    public AnalysisStage stage() {
      return stage;
    }
  }

  /** Adds a component to a chain. */
  private interface Adder {
    AnalysisChain add(AnalysisChain chain, AnalysisComponent component);
  }

  private final String setting;
  private final String documentation;
  private final Adder adder;

  AnalysisStage(String setting, String documentation, Adder adder) {
    this.setting = setting;
    this.documentation = documentation;
    this.adder = adder;
  }

  /** The name of its setting, without the service's prefix. */
  public String setting() {
    return setting;
  }

  /** The documentation of the setting. */
  public String documentation() {
    return documentation;
  }

  /**
   * The analysis that settings name.
   *
   * @param name of the analysis: {@link Analysis#CUSTOM} or one of {@link Analysis#names}
   * @param values the setting of a stage; blank if it is not set
   * @throws InvalidStageException if the setting of a stage is invalid
   * @throws IllegalArgumentException if there is no analysis of that name
   */
  public static Analysis read(String name, Function<AnalysisStage, String> values) {
    if (name.equals(Analysis.CUSTOM)) {
      return custom(values);
    }
    for (AnalysisStage stage : values()) {
      if (!values.apply(stage).isBlank()) {
        throw new InvalidStageException(
            stage, "only the custom analysis has this setting, not " + name);
      }
    }
    return Analysis.named(name);
  }

  private static Analysis custom(Function<AnalysisStage, String> values) {
    var chain = new AnalysisChain();
    for (AnalysisStage stage : values()) {
      stage.addTo(chain, values.apply(stage));
    }
    return Analysis.custom(chain);
  }

  private void addTo(AnalysisChain chain, String value) {
    try {
      List<AnalysisComponent> components = AnalysisComponent.parse(value);
      if (this == TOKENIZER && components.size() != 1) {
        throw new InvalidStageException(this, "the custom analysis needs exactly one tokenizer");
      }
      components.forEach(component -> adder.add(chain, component));
    } catch (InvalidStageException e) {
      throw e;
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new InvalidStageException(this, String.valueOf(e.getMessage()));
    }
  }
}
