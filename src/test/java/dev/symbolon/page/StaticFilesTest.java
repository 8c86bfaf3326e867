package dev.symbolon.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which encoding a client takes, and what of a module is not sent.
final class StaticFilesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZIP",
                "gzip, deflate, br, zstd",
                "br;q=1.0, gzip;q=0.8, *;q=0.1",
                "deflate,gzip;q=0.001",
                "x-gzip",
                "*",
                "identity;q=0.5, gzip;q=1",
                "gzip ; q=1"
            })
    void gzip_is_sent_to_who_takes_it(String acceptEncoding) {
        assertTrue(StaticFiles.takesGzip(acceptEncoding));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "br, deflate",
                "gzip;q=0",
                "gzip;q=0.000, *",
                "*;q=0",
                "x-gzip;q=0",
                "identity, gzip;q=0.5",
                "gzip;q=much",
                "gzip;level=9",
                ",;,",
                "gzipped"
            })
    void the_plain_file_is_sent_to_who_does_not_take_gzip(String acceptEncoding) {
        assertFalse(StaticFiles.takesGzip(acceptEncoding));
    }

    @Test
    void comments_empty_lines_and_indentation_stay_at_home() {
        assertEquals("""
                export function one(/* never asked */) {
                return "// not a comment" + `/${2} of`; // stays, it is beside code
                }
                * 2;
                """.replace("/* never asked */", ""), StaticFiles.withoutComments("""
                /**
                 * One. `An odd tick, and /* more
                 */
                export function one() {
                  // two
                  return "// not a comment" + `/${2} of`; // stays, it is beside code

                  /* three */
                }
                	* 2;
                """));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  a = `one\n    // not a comment\n  `;\n",
                "  a = 1; /* two\n  // three */ b();\n",
                "  /* one */ b();\n",
                "  /* one\n  */ b();\n",
                "  a = \"one\\\n    two\";\n",
                "  a();\n  /* never ends\n"
            })
    void a_module_whose_lines_might_be_text_is_sent_as_it_is(String module) {
        assertEquals(module, StaticFiles.withoutComments(module));
    }

    @Test
    void the_sdk_itself_is_sent_without_comments() throws IOException {
        var source = Files.readString(Path.of("sdk/src/index.js"));
        var sent = StaticFiles.withoutComments(source);
        assertTrue(sent.length() < source.length() * 8 / 10, sent.length() + " of " + source.length());
        assertEquals(sent, StaticFiles.withoutComments(sent));
        assertFalse(sent.contains("/**"), "a comment was sent");
    }
}
