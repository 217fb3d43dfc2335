namespace LocalCluster.Errors;

/// <summary>Holds one cause of a 422: the API's reason word, the field's path, and the message after it.</summary>
internal sealed record FieldError(string Reason, string Field, string Message)
{
    /// <summary>Says whether a real API server doesn't evaluate CEL rules after this error.</summary>
    public bool BlocksRules =>
        Reason
            is "FieldValueNotSupported"
                or "FieldValueRequired"
                or "FieldValueTooLong"
                or "FieldValueTooMany"
                or "FieldValueTypeInvalid";

    /// <summary>Returns the path of a field below another; the root's is empty.</summary>
    public static string PathOf(string parent, string field) => parent.Length == 0 ? field : $"{parent}.{field}";

    public static FieldError Required(string field, string detail = "") =>
        new("FieldValueRequired", field, "Required value" + (detail.Length == 0 ? "" : $": {detail}"));

    public static FieldError Invalid(string field, string value, string detail) =>
        new("FieldValueInvalid", field, $"Invalid value: {value}: {detail}");

    public static FieldError WrongType(string field, string value, string type) =>
        new("FieldValueTypeInvalid", field, $"Invalid value: {value}: {field} in body must be of type {type}: {value}");

    public static FieldError Unsupported(string field, string value, IEnumerable<string> supported) =>
        new(
            "FieldValueNotSupported",
            field,
            $"Unsupported value: {value}: supported values: {string.Join(", ", supported)}"
        );

    public static FieldError Duplicate(string field, string value) =>
        new("FieldValueDuplicate", field, $"Duplicate value: {value}");

    public static FieldError TooMany(string field, int count, long limit) =>
        new("FieldValueTooMany", field, $"Too many: {count}: must have at most {limit} items");

    public static FieldError TooLong(string field, long limit) =>
        new("FieldValueTooLong", field, $"Too long: may not be more than {limit} bytes");

    public static FieldError Forbidden(string field, string detail) =>
        new("FieldValueForbidden", field, $"Forbidden: {detail}");

    public override string ToString() => $"{Field}: {Message}";
}
