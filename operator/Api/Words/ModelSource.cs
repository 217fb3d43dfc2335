namespace GemmaOperator.Api.Words;

/// <summary>Names where weights come from.</summary>
internal enum ModelSource
{
    Claim,
    Image,
    Hub,
}
