namespace GemmaInference.Api.Calls;

/// <summary>Holds a piece of a call: its beginning has the function's name, all have some of its arguments.</summary>
/// <param name="Index">Which call of the answer it is.</param>
/// <param name="IsLast">Whether the arguments are whole with it.</param>
/// <param name="Id">Null but at the beginning, as Name.</param>
internal sealed record ToolCallDelta(int Index, string? Id, string? Name, string Arguments, bool IsLast);
