package dev.symbolon.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableDigestTest {
    private static TableDigest of(Object[]... rows) {
        var digest = new TableDigest();
        for (var row : rows) {
            digest.add(row);
        }
        return digest;
    }

    private static Object[] row(Object... values) {
        return values;
    }

    @Test
    void the_order_of_rows_does_not_matter_and_their_number_does() {
        var some = of(row("a", 1L), row("b", 2L), row("c", null));
        assertEquals(some.text(), of(row("c", null), row("a", 1L), row("b", 2L)).text());
        assertEquals(3, some.rows());
        assertNotEquals(some.text(), of(row("a", 1L), row("b", 2L)).text());
        assertNotEquals(
                some.text(),
                of(row("a", 1L), row("b", 2L), row("c", null), row("c", null)).text());
        assertEquals("0".repeat(64), of().text());
    }

    @Test
    void no_two_rows_look_alike() {
        var rows = List.of(
                row("ab", "c"),
                row("a", "bc"),
                row("abc", ""),
                row("abc", null),
                row(null, "abc"),
                row("abc"),
                row("1", "2"),
                row(1L, 2L),
                row(2L, 1L),
                row(-1L, 2L),
                row("n", "n"),
                row(null, null),
                row("\u00e9"),
                row("e\u0301"));
        assertEquals(
                rows.size(), rows.stream().map(row -> of(row).text()).distinct().count());
    }

    // By sha256sum, of: i, 1 in eight bytes, t, 1 in four bytes, x, n.
    @Test
    void it_is_the_sha_256_of_kind_length_and_bytes() {
        assertEquals(
                "c3691a8dde07e682112a0fbc9046374e530d487a6fc35d68cc0a9d0bf1928570",
                of(row(1L, "x", null)).text());
    }

    @Test
    void a_text_of_any_length_fits() {
        var long1 = "x".repeat(100_000);
        assertEquals(of(row(long1, "y")).text(), of(row(long1, "y")).text());
        assertNotEquals(of(row(long1, "y")).text(), of(row(long1 + "y", "")).text());
    }
}
