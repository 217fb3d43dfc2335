using System.Text.Json.Serialization;

namespace GemmaInference.Api.Requests;

// The wire shape of OpenAI's errors; ApiJson writes it.
internal sealed record ErrorDetail(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code
);

internal sealed record ErrorBody(ErrorDetail Error);
