namespace LocalCluster.Hooks;

/// <summary>Says why a webhook couldn't be asked, which isn't what it answered.</summary>
internal sealed class WebhookCallException(string message) : Exception(message);
