package fairlead.client;

/** Who answers at an address is not the service that is listed there (fault 19). Cheap to make. */
public final class WrongServiceException extends Exception {
  WrongServiceException(String message) {
    super(message, null, false, false);
  }
}
