namespace GemmaOperator.Api.Channels;

/// <summary>Adds domain words to what is remembered of a base's channel.</summary>
internal static class ChannelStatusExtensions
{
    extension(ChannelStatus status)
    {
        /// <summary>Gets the base that builds stand on.</summary>
        public string Stands => status.Taken ?? status.Declared;
    }
}
