namespace KubectlGemma.Commands;

/// <summary>Names the arguments; completion knows by them what to offer.</summary>
internal static class Arguments
{
    public const string Name = "NAME";
    public const string Build = "BUILD";
    public const string BuildOrName = "BUILD|NAME";
    public const string ImageOrName = "IMAGE|NAME|BUILD";
}
