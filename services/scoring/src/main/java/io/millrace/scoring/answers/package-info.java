/**
 * How a version of a model answers, and which one does: shared by scoring, which answers the
 * records of topics, and the console, which answers requests over HTTP, so that both have the same
 * numbers.
 *
 * <ol>
 *   <li>{@link io.millrace.scoring.answers.VersionSelector} selects the version by policy and
 *       pointer, and has {@link io.millrace.scoring.answers.ServedModel} load it.
 *   <li>{@link io.millrace.scoring.answers.NetworkAnswers} reads the output of a network about
 *       images, {@link io.millrace.scoring.answers.DocumentAnswers} asks a classifier about the
 *       terms of a document.
 *   <li>{@link io.millrace.scoring.answers.ClassRanking} ranks the classes.
 * </ol>
 *
 * <p>Start reading at {@link io.millrace.scoring.answers.VersionSelector}.
 */
@NullMarked
package io.millrace.scoring.answers;

import org.jspecify.annotations.NullMarked;
