using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Says what one condition is now: its status, one of its type's reasons, and a sentence for people.</summary>
/// <param name="IsTrue">Null means Unknown.</param>
/// <param name="Reason">Word that alerts match on.</param>
/// <param name="Message">Sentence.</param>
internal sealed record Finding(bool? IsTrue, string Reason, string Message)
{
    public static Finding True(string reason, string message) => new(true, reason, message);

    public static Finding False(string reason, string message) => new(false, reason, message);

    public static Finding Unknown(string reason, string message) => new(null, reason, message);

    public void SetOn(Conditions conditions, string type)
    {
        switch (IsTrue)
        {
            case true:
                conditions.True(type, Reason, Message);
                break;
            case false:
                conditions.False(type, Reason, Message);
                break;
            case null:
                conditions.Unknown(type, Reason, Message);
                break;
        }
    }
}
