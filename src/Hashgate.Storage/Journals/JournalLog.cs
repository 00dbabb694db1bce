using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Journals;

internal static partial class JournalLog
{
    [LoggerMessage(4101, LogLevel.Warning, "The journal in the object store under {Before} has gone another way than this replica's, which was put back from a backup or copied; this one is sent under {Name} from now on")]
    public static partial void TookNewName(this ILogger logger, string before, string name);
}
