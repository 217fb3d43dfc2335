namespace GemmaOperator.Notifications;

/// <summary>Says what came of an attempt to tell somebody.</summary>
internal enum DeliveryKind
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>It won't have it, and asking again is useless.</summary>
    Refused,

    /// <summary>It failed for now.</summary>
    Failed,
}
