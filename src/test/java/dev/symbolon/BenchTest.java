package dev.symbolon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `bench/run` is made of stays runnable, though no test measures anything.
class BenchTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Load", "Limits", "Report"})
    void a_program_of_the_measurement_compiles_without_a_warning(String program) {
        var said = new StringWriter();
        var options = List.of(
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xlint:all,-path",
                "-Werror",
                "-proc:none");
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var sources = files.getJavaFileObjects(Path.of("bench", program + ".java"));
            var isGood =
                    compiler.getTask(said, files, null, options, null, sources).call();
            assertEquals("", said.toString());
            assertTrue(isGood);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void an_option_that_does_not_exist_is_answered_with_those_that_do() throws Exception {
        var process = new ProcessBuilder("bench/run", "--no-such-option")
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes());
        assertEquals(2, process.waitFor(), said);
        for (var option : List.of("--quick", "--report", "--rounds", "--seconds", "--minutes", "--keep")) {
            assertTrue(said.contains(option), said);
        }
    }
}
