package dev.symbolon.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// JSON of requests and answers: bounded, duplicate names refused, ASCII on the wire.
public final class Json {
    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    private static ObjectMapper mapper() {
        var mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(16)
                        .maxStringLength(65_536)
                        .build());
        return mapper;
    }

    /// One JSON text.
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "An answer could not be written as JSON; this is a fault of the server.", e);
        }
    }

    /// Any JSON text.
    ///
    /// @throws OAuthException `invalid_request` when it is none or more than one, or a name stands twice
    public static JsonNode read(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException _) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "The body is not JSON, or a name stands in it twice.");
        }
    }

    /// A flat object whose values are text, as a form.
    ///
    /// @throws OAuthException `invalid_request` for anything else
    public static Form readForm(byte[] json) {
        var node = read(json);
        if (!node.isObject()) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "The body has to be a JSON object.");
        }
        var fields = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isTextual()) {
                throw new OAuthException(OAuthError.INVALID_REQUEST, "Every value of the body has to be a string.");
            }
            fields.put(field.getKey(), field.getValue().textValue());
        }
        return Form.of(fields);
    }
}
