namespace GemmaOperator.Runtime.Contracts;

/// <summary>Names a field that somebody else owns.</summary>
/// <param name="Field">Path of the field, as managedFields has it.</param>
/// <param name="Message">Who owns it, in the API server's words.</param>
public sealed record FieldConflict(string Field, string Message);
