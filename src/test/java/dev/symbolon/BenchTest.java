package dev.symbolon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `bench/run` and `bench/cluster` are made of stays runnable, though no test measures anything.
class BenchTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Load", "Limits", "Report", "Cluster"})
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

    @ParameterizedTest
    @CsvSource({
        "bench/run, --quick --report --rounds --seconds --minutes --keep",
        "bench/cluster, --quick --report --rounds --seconds"
    })
    void an_option_that_does_not_exist_is_answered_with_those_that_do(String script, String options) throws Exception {
        var process = new ProcessBuilder(script, "--no-such-option")
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes());
        assertEquals(2, process.waitFor(), said);
        for (var option : options.split(" ")) {
            assertTrue(said.contains(option), said);
        }
    }
}
