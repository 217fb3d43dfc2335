namespace GemmaOperator.Runtime.Client;

/// <summary>Hears about every attempt to reach the API server.</summary>
internal interface ITransportObserver
{
    /// <param name="verb">In RBAC's words.</param>
    /// <param name="method">HTTP method.</param>
    /// <param name="host">The server's address.</param>
    /// <param name="code">HTTP status; null when no answer came.</param>
    /// <param name="took">Until the answer's head was read.</param>
    void Sent(string verb, string method, Uri host, int? code, TimeSpan took);
}
