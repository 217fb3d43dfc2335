namespace GemmaOperator.Runtime.Contracts;

/// <summary>The two types of an Event; the names are the API's.</summary>
internal enum EventType
{
    Normal,
    Warning,
}
