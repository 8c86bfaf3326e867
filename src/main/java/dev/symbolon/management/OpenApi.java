package dev.symbolon.management;

import dev.symbolon.management.Operation.Member;
import dev.symbolon.management.Operation.Shape;
import dev.symbolon.oauth.Permission;
import dev.symbolon.web.Host;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The description of the API (OpenAPI 3.1), made from the operations themselves, so that it cannot disagree.
final class OpenApi {
    private static final Pattern NAME = Pattern.compile("\\{([a-z_]+)}");

    /// There is one of each, so they are no lists.
    private static final Set<String> ALONE = Set.of("/branding", "/settings");

    private OpenApi() {}

    static Map<String, Object> of(Host host, List<Operation> operations) {
        var paths = new TreeMap<String, Map<String, Object>>();
        var schemas = new TreeMap<String, Object>();
        for (var operation : operations) {
            paths.computeIfAbsent(operation.path(), _ -> new LinkedHashMap<>())
                    .put(operation.method().toLowerCase(Locale.ROOT), described(operation));
            operation.shape().filter(Shape::isJson).ifPresent(shape -> schemas.put(shape.name(), schema(shape)));
        }
        schemas.put("Problem", problem());
        var document = new LinkedHashMap<String, Object>();
        document.put("openapi", "3.1.0");
        document.put(
                "info",
                Map.of(
                        "title",
                        "Symbolon management API",
                        "version",
                        "1",
                        "description",
                        "The dashboard, for scripts."));
        document.put("servers", List.of(Map.of("url", host.issuer().managementApi())));
        document.put("paths", paths);
        document.put("components", Map.of("schemas", schemas, "securitySchemes", Map.of("oauth", security(host))));
        return document;
    }

    private static Map<String, Object> described(Operation operation) {
        var described = new LinkedHashMap<String, Object>();
        described.put("summary", operation.summary());
        described.put("operationId", operationId(operation));
        described.put(
                "security",
                List.of(Map.of("oauth", List.of(operation.permission().wire()))));
        var parameters = new ArrayList<Map<String, Object>>();
        NAME.matcher(operation.path())
                .results()
                .forEach(found -> parameters.add(parameter(found.group(1), "path", true)));
        if (operation.method().equals("GET") && !operation.path().endsWith("}") && !ALONE.contains(operation.path())) {
            parameters.add(parameter("limit", "query", false));
            parameters.add(parameter("cursor", "query", false));
        }
        if (operation.method().equals("PATCH")) {
            parameters.add(parameter("If-Match", "header", false));
        }
        if (!parameters.isEmpty()) {
            described.put("parameters", parameters);
        }
        operation
                .shape()
                .ifPresent(shape -> described.put("requestBody", Map.of("required", true, "content", content(shape))));
        described.put(
                "responses",
                Map.of(
                        "2XX", Map.of("description", "Done."),
                        "4XX",
                                Map.of(
                                        "description",
                                        "Not done, and why.",
                                        "content",
                                        Map.of("application/problem+json", Map.of("schema", reference("Problem"))))));
        return described;
    }

    // A body of bytes has no schema (OpenAPI 3.1 §4.8.14.3).
    private static Map<String, Object> content(Shape shape) {
        var content = new TreeMap<String, Object>();
        if (shape.isJson()) {
            content.put("application/json", Map.of("schema", reference(shape.name())));
        }
        shape.mediaTypes().forEach(type -> content.put(type, Map.of()));
        return content;
    }

    private static String operationId(Operation operation) {
        return operation.method().toLowerCase(Locale.ROOT)
                + operation.path().replaceAll("[{}]", "").replaceAll("[/-]", "_");
    }

    private static Map<String, Object> parameter(String name, String in, boolean required) {
        return Map.of("name", name, "in", in, "required", required, "schema", Map.of("type", "string"));
    }

    private static Map<String, Object> reference(String name) {
        return Map.of("$ref", "#/components/schemas/" + name);
    }

    private static Map<String, Object> schema(Shape shape) {
        var properties = new LinkedHashMap<String, Object>();
        for (var member : shape.members()) {
            properties.put(member.name(), type(member));
        }
        return Map.of(
                "type",
                "object",
                "properties",
                properties,
                "required",
                shape.required(),
                "additionalProperties",
                false);
    }

    private static Map<String, Object> type(Member member) {
        return member.type().endsWith("[]")
                ? Map.of(
                        "type",
                        "array",
                        "items",
                        Map.of("type", member.type().substring(0, member.type().length() - 2)))
                : Map.of("type", member.type());
    }

    private static Map<String, Object> problem() {
        var properties = new LinkedHashMap<String, Object>();
        for (var name : List.of("type", "title", "detail")) {
            properties.put(name, Map.of("type", "string"));
        }
        properties.put("status", Map.of("type", "integer"));
        properties.put(
                "code",
                Map.of(
                        "type",
                        "string",
                        "enum",
                        Arrays.stream(Problem.Code.values())
                                .map(Problem.Code::wire)
                                .toList()));
        return Map.of("type", "object", "properties", properties);
    }

    private static Map<String, Object> security(Host host) {
        var scopes = new LinkedHashMap<String, String>();
        for (var permission : Permission.values()) {
            scopes.put(permission.wire(), permission.wire().replace(':', ' '));
        }
        return Map.of(
                "type",
                "oauth2",
                "flows",
                Map.of("clientCredentials", Map.of("tokenUrl", host.issuer().at("/oauth/token"), "scopes", scopes)));
    }
}
