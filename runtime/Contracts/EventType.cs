namespace GemmaOperator.Runtime.Contracts;

/// <summary>Lists the two types of an Event; the names are the API's.</summary>
public enum EventType
{
    /// <summary>Tells of something that went as it should.</summary>
    Normal,

    /// <summary>Tells of something that somebody should look at.</summary>
    Warning,
}
