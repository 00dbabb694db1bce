using System.Xml.Linq;
using Hashgate.Core.Trust;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Sessions;

/// <summary>Keys of one process, in files of a directory that its user alone can look into. It is made when somebody first signs in.</summary>
/// <param name="path">The directory, <c>&lt;data&gt;/keys</c>.</param>
public sealed class DiskSessionKeys(string path, ILoggerFactory loggers) : ISessionKeys
{
    private readonly Lock _lock = new();
    private FileSystemXmlRepository? _files;

    public CancellationToken Changed => CancellationToken.None;

    public ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = Files();
            return ValueTask.CompletedTask;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The directory {path} can't be used: {error.Message}", error);
        }
    }

    public IReadOnlyCollection<XElement> GetAllElements() => Files().GetAllElements();

    public void StoreElement(XElement element, string friendlyName) => Files().StoreElement(element, friendlyName);

    private FileSystemXmlRepository Files()
    {
        lock (_lock)
        {
            if (_files is not null) return _files;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return _files = new FileSystemXmlRepository(new DirectoryInfo(path), loggers);
        }
    }
}
