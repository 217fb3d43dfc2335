namespace GemmaOperator.Runtime.Leadership;

/// <summary>Says what to do with a lease.</summary>
internal enum LeaseMove
{
    /// <summary>Somebody else holds it.</summary>
    Wait,

    /// <summary>There is none.</summary>
    Create,

    /// <summary>It is free or has run out.</summary>
    Take,

    /// <summary>It is ours.</summary>
    Renew,
}
