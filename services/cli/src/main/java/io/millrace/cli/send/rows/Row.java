package io.millrace.cli.send.rows;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A record of a file, with its fields.
 *
 * @param where the file and the place in it, for messages: {@code mails.jsonl:17}
 * @param number what tells it from the others of its file: a line, or an element of an array, from
 *     1; 0 if the file holds only this one
 * @param fields by name; numbers of JSON as they are written
 */
public record Row(String where, long number, ObjectNode fields) {}
