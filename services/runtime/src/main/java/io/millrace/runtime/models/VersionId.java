package io.millrace.runtime.models;

/**
 * Names a version among those of all models.
 *
 * @param model the model's name, such as {@code vision} or {@code vision-wide}
 * @param number from 0
 */
public record VersionId(String model, long number) {

  /** As people read it, and as comparisons name it: {@code vision-wide@17}. */
  @Override
  public String toString() {
    return model + "@" + number;
  }
}
